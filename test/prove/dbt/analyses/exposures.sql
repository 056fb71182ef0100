{{ push_to_dynamo.dynamo_exposures() }}
