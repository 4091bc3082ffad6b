"""What admins do from chat: change a status, take it back, look at the record, see to the data."""
