package model

// cloudhsmv2 is what the CloudHSM v2 API reference (2017-04-28) lists.
var cloudhsmv2 = Service{
	Name: "cloudhsmv2", Summary: "AWS CloudHSM",
	Endpoint: "CLOUDHSM_V2", Signing: "cloudhsm", Target: "BaldrApiService", Protocol: JSON11,
	shapes: map[string]string{
		"Backup": `BackupId BackupArn BackupState ClusterId CreateTimestamp:time CopyTimestamp:time NeverExpires:bool
			SourceRegion SourceBackup SourceCluster DeleteTimestamp:time TagList:[Tag] HsmType Mode`,
		"BackupRetentionPolicy": `Type Value:string:1`,
		"Certificates":          `ClusterCsr HsmCertificate AwsHardwareCertificate ManufacturerHardwareCertificate ClusterCertificate`,
		"Cluster": `BackupPolicy BackupRetentionPolicy:BackupRetentionPolicy ClusterId CreateTimestamp:time Hsms:[Hsm]
			HsmType HsmTypeRollbackExpiration:time PreCoPassword SecurityGroup SourceBackupId State StateMessage
			SubnetMapping:<string> VpcId NetworkType Certificates:Certificates TagList:[Tag] Mode`,
		"DestinationBackup": `CreateTimestamp:time SourceRegion SourceBackup SourceCluster`,
		"Hsm":               `AvailabilityZone ClusterId SubnetId EniId EniIp EniIpV6 HsmId HsmType State StateMessage`,
		"Tag":               `Key*:string:1 Value*`,
	},
	operations: []operation{
		{
			name: "CopyBackupToRegion",
			in:   `DestinationRegion* BackupId* TagList:[Tag]:1`,
			out:  `DestinationBackup:DestinationBackup`,
		},
		{
			name: "CreateCluster",
			in: `BackupRetentionPolicy:BackupRetentionPolicy HsmType* SourceBackupId SubnetIds*:[string]:1
				NetworkType TagList:[Tag]:1 Mode`,
			out: `Cluster:Cluster`,
		},
		{name: "CreateHsm", in: `ClusterId* AvailabilityZone* IpAddress`, out: `Hsm:Hsm`},
		{name: "DeleteBackup", in: `BackupId*`, out: `Backup:Backup`},
		{name: "DeleteCluster", in: `ClusterId*`, out: `Cluster:Cluster`},
		{name: "DeleteHsm", in: `ClusterId* HsmId EniId EniIp`, out: `HsmId`},
		{name: "DeleteResourcePolicy", in: `ResourceArn`, out: `ResourceArn Policy`},
		{
			name:  "DescribeBackups",
			in:    `NextToken MaxResults:int:1 Filters:<[string]> Shared:bool SortAscending:bool`,
			out:   `Backups:[Backup] NextToken`,
			pages: "NextToken NextToken MaxResults Backups",
		},
		{
			name:  "DescribeClusters",
			in:    `Filters:<[string]> NextToken MaxResults:int:1`,
			out:   `Clusters:[Cluster] NextToken`,
			pages: "NextToken NextToken MaxResults Clusters",
		},
		{name: "GetResourcePolicy", in: `ResourceArn`, out: `Policy`},
		{name: "InitializeCluster", in: `ClusterId* SignedCert* TrustAnchor*`, out: `State StateMessage`},
		{
			name:  "ListTags",
			in:    `ResourceId* NextToken MaxResults:int:1`,
			out:   `TagList:[Tag] NextToken`,
			pages: "NextToken NextToken MaxResults TagList",
		},
		{name: "ModifyBackupAttributes", in: `BackupId* NeverExpires*:bool`, out: `Backup:Backup`},
		{
			name: "ModifyCluster",
			in:   `HsmType BackupRetentionPolicy:BackupRetentionPolicy ClusterId*`,
			out:  `Cluster:Cluster`,
		},
		{name: "PutResourcePolicy", in: `ResourceArn Policy:string:1`, out: `ResourceArn Policy`},
		{name: "RestoreBackup", in: `BackupId*`, out: `Backup:Backup`},
		{name: "TagResource", in: `ResourceId* TagList*:[Tag]:1`},
		{name: "UntagResource", in: `ResourceId* TagKeyList*:[string:1]:1`},
	},
}
