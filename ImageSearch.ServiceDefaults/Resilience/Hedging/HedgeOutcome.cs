namespace ImageSearch.ServiceDefaults.Resilience.Hedging;

/// <summary>What came of a call that was late.</summary>
public enum HedgeOutcome
{
    /// <summary>The second replica answered first.</summary>
    Won,

    /// <summary>The first one did after all.</summary>
    Lost,

    /// <summary>Neither answered.</summary>
    Failed,

    /// <summary>It was not sent to a second: the extra load would have been too much.</summary>
    Denied,
}
