namespace ImageSearch.Client.Http;

/// <summary>What an event says, if anything, and whether it is the last one.</summary>
internal readonly record struct EventOutcome<T>(T? Value, bool Last = false)
    where T : class;
