package awsapi

import "github.com/hsmlab/hsmlab/hsmsim/control"

// The exceptions that operations of CloudHSM declare.
const (
	hsmErrors     = "CloudHsmAccessDenied CloudHsmInternalFailure CloudHsmInvalidRequest CloudHsmService"
	hsmFindErrors = hsmErrors + " CloudHsmResourceNotFound"
	hsmTagErrors  = hsmFindErrors + " CloudHsmTag"
	hsmMoreErrors = hsmFindErrors + " CloudHsmResourceLimitExceeded"
)

// cloudHSM is AWS CloudHSM, API version 2017-04-28.
var cloudHSM = service{
	name: "cloudhsmv2", signing: "cloudhsm", source: "cloudhsm.amazonaws.com", target: "BaldrApiService",
	internal: "CloudHsmInternalFailureException", faults: "CloudHsmInternalFailureException", capital: true,
	operations: []operation{
		op("CreateCluster", responds, (*control.Service).CreateCluster, hsmTagErrors+" CloudHsmResourceLimitExceeded"),
		op("DescribeClusters", reads, (*control.Service).DescribeClusters, hsmErrors+" CloudHsmTag"),
		op("InitializeCluster", responds, (*control.Service).InitializeCluster, hsmFindErrors),
		op("ModifyCluster", responds, (*control.Service).ModifyCluster, hsmFindErrors),
		op("DeleteCluster", responds, (*control.Service).DeleteCluster, hsmTagErrors),
		op("CreateHsm", responds, (*control.Service).CreateHsm, hsmMoreErrors),
		op("DeleteHsm", responds, (*control.Service).DeleteHsm, hsmFindErrors),
		op("DescribeBackups", reads, (*control.Service).DescribeBackups, hsmTagErrors),
		op("DeleteBackup", responds, (*control.Service).DeleteBackup, hsmFindErrors),
		op("RestoreBackup", responds, (*control.Service).RestoreBackup, hsmFindErrors),
		op("ModifyBackupAttributes", responds, (*control.Service).ModifyBackupAttributes, hsmFindErrors),
		op("CopyBackupToRegion", responds, (*control.Service).CopyBackupToRegion, hsmTagErrors),
		op("TagResource", responds, (*control.Service).TagResource, hsmTagErrors+" CloudHsmResourceLimitExceeded"),
		op("UntagResource", responds, (*control.Service).UntagResource, hsmTagErrors),
		op("ListTags", reads, (*control.Service).ListTags, hsmTagErrors),
		op("PutResourcePolicy", responds, (*control.Service).PutResourcePolicy, hsmFindErrors),
		op("GetResourcePolicy", reads, (*control.Service).GetResourcePolicy, hsmFindErrors),
		op("DeleteResourcePolicy", responds, (*control.Service).DeleteResourcePolicy, hsmFindErrors),
	},
}
