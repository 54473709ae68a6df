//go:build tools

// Package guide names the programs of other modules that are built in this module's graph, so that go.sum covers them.
package guide

import (
	_ "sigs.k8s.io/gateway-api-inference-extension/cmd/epp"
	_ "sigs.k8s.io/gateway-api/conformance/echo-basic"
)
