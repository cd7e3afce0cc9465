namespace ImageSearch.Client.Http;

/// <summary>Reads an event of one of the API's streams. Types that it does not know say nothing.</summary>
internal delegate EventOutcome<T> EventParser<T>(string type, ReadOnlySpan<byte> data)
    where T : class;
