// Command hsmlab is a CloudHSM cluster to practise on. Called as cloudhsm_mgmt_util, key_mgmt_util or
// configure it is that tool of the original; otherwise it manages labs.
package main

import (
	"os"

	"github.com/hsmlab/hsmlab/commands/lab"
)

func main() { os.Exit(lab.Main()) }
