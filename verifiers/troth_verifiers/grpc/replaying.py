"""Making a prepared call and judging what comes back; connections and schemas are kept for the whole run."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from troth_verifiers.api import Contract, Interaction, Outgoing, Result, Target
from troth_verifiers.background import in_background
from troth_verifiers.errors import (
    AnswerTooLarge,
    ProviderDropped,
    ProviderNotGrpc,
    ProviderTimedOut,
    TargetIncomplete,
    VerifierError,
)
from troth_verifiers.filtering import filtered
from troth_verifiers.grpc.addresses import Address, address_of
from troth_verifiers.grpc.called import Called, judged
from troth_verifiers.grpc.calling import NO_GRPC, Answer, call
from troth_verifiers.grpc.channels import LARGEST, Channels, Lines
from troth_verifiers.grpc.checking import check
from troth_verifiers.grpc.metadata import Metadata, sendable
from troth_verifiers.grpc.prepared import Prepared
from troth_verifiers.grpc.reflection import reflected
from troth_verifiers.grpc.schemas import Compilers, Known, Schemas, compiled
from troth_verifiers.grpc.showing import texts
from troth_verifiers.grpc.spec import Documents


class Replaying:
    """Makes calls. It belongs to the event loop in which it is first used."""

    def __init__(self) -> None:
        self._channels = Channels()
        self._schemas = Schemas()
        self._compilers = Compilers()
        self._last: tuple[Target, Address, Lines] | None = None

    def foresee(self, contract: Contract) -> None:
        """Begin with what the calls of a contract will need."""
        if any(name.endswith(".proto") for name in contract.files):
            self._compilers.start()

    async def known(self, documents: Documents, service: str, target: Target) -> Known:
        """The schema of calls: the contract's own, else the provider's word; raises a `VerifierError`."""
        made = self.made(documents, service, target)
        if made is not None:
            return made
        if documents.names:
            return await self._schemas.of(documents, lambda: compiled(documents, self._compilers.take))
        address = address_of(target)

        async def ask() -> Known:
            await check(address, target)
            lines = await self._channels.to(address, target)
            metadata = _metadata((), target)
            return Known(
                await in_background(
                    lambda: reflected(lines.blocking, service, documents, metadata, target.timeout, str(address))
                )
            )

        return await self._schemas.of((address, service), ask)

    def made(self, documents: Documents, service: str, target: Target) -> Known | None:
        """The schema of calls, if it is there already; raises what kept it from being made."""
        return self._schemas.made(documents if documents.names else (address_of(target), service))

    async def connect(self, target: Target) -> None:
        """Begin to connect, and do not wait for it; raises a `VerifierError` where there is no way to the provider."""
        _, _, lines = await self._led_to(target)
        lines.ready.get_state(try_to_connect=True)

    async def replay(self, interaction: Interaction, prepared: Prepared, target: Target) -> Result:
        """Make a call and say what came of it; raises a `VerifierError` where it cannot even be sent."""
        return judged(await self.called(interaction, prepared, target))

    async def called(self, interaction: Interaction, prepared: Prepared, target: Target) -> Called:
        """Make a call; raises a `VerifierError` where it cannot even be sent."""
        began = time.monotonic()
        last = self._last
        if last is None or last[0] is not target:
            last = await self._led_to(target)
        _, address, lines = last
        requests, metadata = prepared.requests, _metadata(prepared.metadata, target)
        if target.request_filter is not None:
            requests, metadata = await _filtered(interaction, prepared, metadata, address, target)
        timeout = prepared.timeout or target.timeout
        answer = await call(lines, prepared, requests, metadata, timeout)
        cause = None
        if answer.code != "OK" or answer.too_large:
            try:
                await _raise_trouble(answer, prepared, address, target, timeout)
            except VerifierError as error:
                cause = error.cause
        return Called(interaction, prepared, metadata, requests, answer, cause, time.monotonic() - began)

    async def _led_to(self, target: Target) -> tuple[Target, Address, Lines]:
        """The way to a provider, which is kept, as most calls have the same."""
        address = address_of(target)
        self._last = (target, address, await self._channels.to(address, target))
        return self._last

    async def aclose(self) -> None:
        """Close the connections."""
        self._last = None
        await asyncio.gather(self._channels.aclose(), self._schemas.aclose())
        self._compilers.close()


async def _filtered(
    interaction: Interaction, prepared: Prepared, metadata: Metadata, address: Address, target: Target
) -> tuple[tuple[bytes, ...], Metadata]:
    """What really is sent, after the target's request filter."""
    content = b"" if prepared.kind.client_streams else prepared.requests[0]
    asked = Outgoing("POST", f"{address}/{prepared.kind.method}", texts(metadata), content)
    outgoing = await filtered(asked, interaction, target)
    headers = _sendable(outgoing.headers, "what the request filter gives")
    return prepared.requests if prepared.kind.client_streams else (outgoing.content,), headers


def _metadata(written: Metadata, target: Target) -> Metadata:
    """The contract's metadata and the target's headers, which win."""
    if not target.headers:
        return written
    ours = {name.lower() for name, _ in target.headers}
    kept = tuple((name, value) for name, value in written if name not in ours)
    return (*kept, *_sendable(target.headers, "the headers of the target"))


def _sendable(headers: Sequence[tuple[str, str]], whose: str) -> Metadata:
    try:
        return sendable(headers)
    except ValueError as problem:
        raise TargetIncomplete(f"Of {whose}, {problem}") from None


async def _raise_trouble(answer: Answer, prepared: Prepared, address: Address, target: Target, timeout: float) -> None:
    """Raise what keeps an answer from saying anything about the provider."""
    url = str(address)
    if answer.too_large:
        most = LARGEST // 1024 // 1024
        text = f"The answer is larger than the {most} MB that are compared: {answer.details or 'a stream'}."
        raise AnswerTooLarge(url, text)
    if answer.late and answer.timings["whole"] >= timeout / 2:
        await _check_late(answer, prepared, address, replace(target, timeout=timeout))
    if answer.details.startswith(NO_GRPC):
        status = answer.details.removeprefix(NO_GRPC).strip(" :")
        raise ProviderNotGrpc(url, f"{address.place} answers HTTP with the status {status}, and no gRPC.")
    if answer.broken or answer.maybe_unheard:
        await check(address, replace(target, timeout=timeout))  # says better what is wrong, if anything still is
    if answer.broken:
        raise ProviderDropped(url, f"The provider broke off: {answer.details}.")


async def _check_late(answer: Answer, prepared: Prepared, address: Address, target: Target) -> None:
    wanted = prepared.wanted.code == answer.code
    if wanted and prepared.timeout is not None:
        await check(address, target)  # the contract wants it late, which is not to be had from who is not there
        return
    text, came = f"The provider did not answer within {target.timeout:g} s", ""
    if wanted:
        came = ", which is the limit of the run; a call that is to be late says its own timeout"
    elif answer.contents:
        text = f"The provider did not end its answer within {target.timeout:g} s"
        came = f", though {len(answer.contents)} responses came; is the stream without an end? Then say cancelAfter"
    elif answer.initial and not prepared.kind.server_streams:
        came = ", though its headers came; does it send more than the one response that is due?"
    raise ProviderTimedOut(str(address), f"{text}{came}{'' if came.endswith('?') else '.'}")
