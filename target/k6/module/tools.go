//go:build tools

// Package k6 pins the version of k6 that is built when no released binary can be had.
package k6

import _ "go.k6.io/k6/v2"
