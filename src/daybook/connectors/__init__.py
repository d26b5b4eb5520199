"""Between our values and the messages of the outside party that keeps the books; one folder a party, and they rhyme."""
