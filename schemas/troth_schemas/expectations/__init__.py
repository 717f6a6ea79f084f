"""What a consumer expects of a provider, in Troth's own readable form: calls over gRPC and GraphQL, and messages.

::

    troth: 1                       # the version of this form
    protocol: grpc                 # grpc, graphql or message
    consumer: web
    provider: orders
    schema: [orders.proto]         # documents beside this one, by relative names
    interactions:
      - description: an order is told
        states: [{name: order 7 exists, params: {id: 7}}]   # or just its name
        service: shop.Orders       # what else stands here is the protocol's own
        method: GetOrder
        request: {id: 7}
        response: {id: 7, total: 9.5}
        rules: {$.total: {match: decimal}}                  # Pact's matching rules, by path
"""

from troth_schemas.expectations.document import Expectation, Expectations
from troth_schemas.expectations.merging import Unmergeable, merged
from troth_schemas.expectations.reading import is_expectations, read_expectations
from troth_schemas.expectations.replaying import replayed

__all__ = ["Expectation", "Expectations", "Unmergeable", "is_expectations", "merged", "read_expectations", "replayed"]
