"""Words that are written with a capital and are no names."""

from __future__ import annotations

NOT_NAMES = frozenset((
    "I", "The", "A", "An", "We", "It", "This", "That", "My", "Our", "Your", "You", "Please", "Hello", "Hi", "Dear",
    "Thanks", "Sales", "Support", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December", "Can", "Could", "Would", "Is", "Are", "Do", "Does", "What", "When", "Where", "How", "Why", "Who",
    "If", "And", "But", "Or", "So", "No", "Not", "Yes", "PDF", "A4", "A3", "OK", "Mr", "Mrs", "Ms", "Dr", "CEO",
    "IT", "HR", "VAT", "USB", "Japan", "Germany", "England", "Canada", "France", "Spain", "Italy", "Australia", "Ireland", "Scotland", "Wales",
    "India", "China", "Europe", "America", "Manager", "Owner", "Customer", "Automatic", "English", "Japanese", "Zoom", "Teams", "Skype",
    "Google", "Meet", "Slack", "Email", "E-mail", "Mail", "Phone", "Regards", "Best", "Kind", "Sincerely", "Also",
    "Still", "Just", "There", "Their", "New", "Customer", "Service", "Human", "Agent", "Anybody", "Nobody", "Stop",
    "Delete", "Cancel", "Same", "Tel", "Fax", "Address", "TODAY", "NOW", "ASAP", "Any", "London", "Mon", "Mon-Fri",
    "Tue", "Tues", "Wed", "Thu", "Thurs", "Fri", "Sat", "Sun", "Greetings", "Question", "Message", "Someone",
    "Somebody", "Sent", "Tokyo", "Now", "Here", "Delivery", "Order", "Invoice", "Billing", "Shipping", "Office",
    "Head",
))  # fmt: skip

TITLES = frozenset(["Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Rev", "Reverend"])
