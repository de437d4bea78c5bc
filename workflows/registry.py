"""Every workflow that a worker serves."""

from workflows.booking import Booking
from workflows.guide_search import GuideSearch
from workflows.late_payment import LatePayment
from workflows.payment_collection import PaymentCollection
from workflows.service_order import ServiceOrder

WORKFLOWS: list[type] = [
    Booking,
    PaymentCollection,
    ServiceOrder,
    GuideSearch,
    LatePayment,
]
