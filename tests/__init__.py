from . import (
    test_account,
    test_countries,
    test_soap_decode,
    test_soap_definition,
    test_soap_errors,
    test_soap_fuzz,
    test_soap_requests,
    test_soap_samples,
    test_soap_search,
    test_soap_simulator,
)
