"""What messages carry, decoded into trees and made of them."""

from troth_verifiers.events.payloads.choosing import codec_for, made_for, media_encoding
from troth_verifiers.events.payloads.codec import Codec, Schemas, Undecodable

__all__ = ["Codec", "Schemas", "Undecodable", "codec_for", "made_for", "media_encoding"]
