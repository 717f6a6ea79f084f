"""Whether a running provider does what its contracts say: replay, plug-ins, provider states."""
