"""The message classes of one contract, made by Protobuf's own library and kept apart from everyone else's."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass


class Pool:
    """A descriptor pool of its own: two contracts may hold different messages of one name.

    ``failures`` are what Protobuf says of files that do not fit; what is in them is unknown to the pool.
    """

    def __init__(self, descriptors: FileDescriptorSet) -> None:
        self.pool = DescriptorPool()
        failures: list[str] = []
        for file in _imported_first(descriptors):
            try:
                self.pool.Add(file)
                self.pool.FindFileByName(file.name)
            except (TypeError, KeyError) as problem:
                failures.append(f"{file.name}: {problem}")
        self.failures = tuple(failures)

    def new(self, name: str) -> Any:
        """An empty message of a type. Raises KeyError for a type that there is not."""
        return class_of(self.pool.FindMessageTypeByName(name))()

    def enum(self, name: str) -> EnumDescriptor:
        """An enum type. Raises KeyError for one that there is not."""
        return self.pool.FindEnumTypeByName(name)

    def knows(self, name: str) -> bool:
        """Whether there is a message type of this name."""
        try:
            self.pool.FindMessageTypeByName(name)
        except KeyError:
            return False
        return True


def class_of(descriptor: Descriptor) -> Any:
    """The class of a message type.

    Protobuf makes the classes of all that a message leads to, one inside the other, which a long chain takes beyond
    Python's stack. What was made on the way stays, so the second time there is nothing left to go into.
    """
    try:
        return GetMessageClass(descriptor)
    except RecursionError:
        return GetMessageClass(descriptor)


def _imported_first(descriptors: FileDescriptorSet) -> Iterator[FileDescriptorProto]:
    """The files in an order in which each comes after those that it imports, whoever wrote them down."""
    files = {file.name: file for file in descriptors.file}
    done: set[str] = set()
    left = [(name, False) for name in reversed(files)]
    opened: set[str] = set()
    while left:
        name, ready = left.pop()
        if name in done or (not ready and name in opened):
            continue
        if ready:
            done.add(name)
            yield files[name]
            continue
        opened.add(name)
        left.append((name, True))
        left += [(wanted, False) for wanted in files[name].dependency if wanted in files and wanted not in opened]
