"""The transports that come with Troth, one small plug-in for each kind of message broker."""
