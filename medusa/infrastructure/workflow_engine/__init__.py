"""Where executions of workflows are recorded."""
