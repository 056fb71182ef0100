"""What both pages show. They read views and call procedures and functions of push_to_dynamo, nothing else."""
