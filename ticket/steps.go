package ticket

// The steps of the table. Their names are the API's.
const (
	StepReceive  Step = "receive"
	StepAnswer   Step = "answer"
	StepReject   Step = "reject"
	StepDispatch Step = "dispatch"
	StepRecall   Step = "recall"
	StepSign     Step = "sign"
	StepContact  Step = "contact"

	StepRequestReturn Step = "request_return"
	StepUpholdReturn  Step = "uphold_return"
	StepRefuseReturn  Step = "refuse_return"
	StepEscalate      Step = "escalate"
	StepArbitrate     Step = "arbitrate"

	StepRequestExtension  Step = "request_extension"
	StepGrantExtension    Step = "grant_extension"
	StepRefuseExtension   Step = "refuse_extension"
	StepAddCoUnit         Step = "add_counit"
	StepCoReply           Step = "co_reply"
	StepRequestSuspension Step = "request_suspension"
	StepGrantSuspension   Step = "grant_suspension"
	StepRefuseSuspension  Step = "refuse_suspension"
	StepResume            Step = "resume"

	StepReply          Step = "reply"
	StepApproveReply   Step = "approve_reply"
	StepSendBack       Step = "send_back"
	StepDraw           Step = "draw"
	StepCallback       Step = "callback"
	StepRecordCallback Step = "record_callback"
	StepRedo           Step = "redo"

	StepMerge         Step = "merge"
	StepInform        Step = "inform"
	StepSplit         Step = "split"
	StepTransfer      Step = "transfer"
	StepRecordReceipt Step = "record_receipt"

	StepProposeHandOver Step = "propose_hand_over"
	StepHandOver        Step = "hand_over"
	StepDeclineHandOver Step = "decline_hand_over"

	StepSupervise Step = "supervise"
	StepLift      Step = "lift"
	StepUrge      Step = "urge"
	StepNote      Step = "note"

	StepRequestExclusion Step = "request_exclusion"
	StepExclude          Step = "exclude"
	StepRefuseExclusion  Step = "refuse_exclusion"
	StepInclude          Step = "include"

	StepCorrect           Step = "correct"
	StepConfide           Step = "confide"
	StepRequestDisclosure Step = "request_disclosure"
	StepDisclose          Step = "disclose"
	StepRefuseDisclosure  Step = "refuse_disclosure"

	StepAttach Step = "attach"
	StepDetach Step = "detach"
)
