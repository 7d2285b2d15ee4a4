package workflow

import "huiyin/ticket"

// The steps of the table. Their names are the API's.
const (
	StepReceive  ticket.Step = "receive"
	StepAnswer   ticket.Step = "answer"
	StepReject   ticket.Step = "reject"
	StepDispatch ticket.Step = "dispatch"
	StepSign     ticket.Step = "sign"
	StepContact  ticket.Step = "contact"

	StepRequestReturn ticket.Step = "request_return"
	StepUpholdReturn  ticket.Step = "uphold_return"
	StepRefuseReturn  ticket.Step = "refuse_return"
	StepEscalate      ticket.Step = "escalate"
	StepArbitrate     ticket.Step = "arbitrate"

	StepRequestExtension  ticket.Step = "request_extension"
	StepGrantExtension    ticket.Step = "grant_extension"
	StepRefuseExtension   ticket.Step = "refuse_extension"
	StepAddCoUnit         ticket.Step = "add_counit"
	StepCoReply           ticket.Step = "co_reply"
	StepRequestSuspension ticket.Step = "request_suspension"
	StepGrantSuspension   ticket.Step = "grant_suspension"
	StepRefuseSuspension  ticket.Step = "refuse_suspension"
	StepResume            ticket.Step = "resume"

	StepReply          ticket.Step = "reply"
	StepApproveReply   ticket.Step = "approve_reply"
	StepSendBack       ticket.Step = "send_back"
	StepDraw           ticket.Step = "draw"
	StepCallback       ticket.Step = "callback"
	StepRecordCallback ticket.Step = "record_callback"
	StepRedo           ticket.Step = "redo"

	StepMerge         ticket.Step = "merge"
	StepInform        ticket.Step = "inform"
	StepSplit         ticket.Step = "split"
	StepTransfer      ticket.Step = "transfer"
	StepRecordReceipt ticket.Step = "record_receipt"

	StepProposeHandOver ticket.Step = "propose_hand_over"
	StepHandOver        ticket.Step = "hand_over"
	StepDeclineHandOver ticket.Step = "decline_hand_over"

	StepSupervise ticket.Step = "supervise"
	StepLift      ticket.Step = "lift"
	StepUrge      ticket.Step = "urge"
	StepNote      ticket.Step = "note"

	StepRequestExclusion ticket.Step = "request_exclusion"
	StepExclude          ticket.Step = "exclude"
	StepRefuseExclusion  ticket.Step = "refuse_exclusion"
	StepInclude          ticket.Step = "include"

	StepCorrect           ticket.Step = "correct"
	StepConfide           ticket.Step = "confide"
	StepRequestDisclosure ticket.Step = "request_disclosure"
	StepDisclose          ticket.Step = "disclose"
	StepRefuseDisclosure  ticket.Step = "refuse_disclosure"
)
