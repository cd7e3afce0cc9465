namespace ImageSearch.Core.Queue;

/// <summary>An item that this worker holds until it settles it or dies.</summary>
/// <param name="Attempt">1 for the first delivery. Deliveries whose worker died count, returned ones do not.</param>
/// <param name="LeaseId">Proof that the item is still this worker's; settling one that another worker took does nothing.</param>
public sealed record WorkDelivery(string Model, WorkItem Item, int Attempt, string LeaseId);
