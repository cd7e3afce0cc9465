namespace ImageSearch.Web.Events;

/// <summary>What a look for news came to.</summary>
internal enum EventProgress
{
    /// <summary>Nothing new: the next look can wait a little longer.</summary>
    Nothing,

    /// <summary>Something new: there may soon be more.</summary>
    News,

    /// <summary>There will never be more.</summary>
    Ended,
}
