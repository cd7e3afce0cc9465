namespace ImageSearch.Ingest.Fetching;

/// <summary>A URL gave no picture; the message says why, for a person.</summary>
internal sealed class FetchException(FetchFailure failure, string message) : Exception(message)
{
    public FetchFailure Failure { get; } = failure;

    /// <summary>Stable slug of the failure.</summary>
    public string Problem => Failure switch
    {
        FetchFailure.InvalidUrl => "invalid-url",
        FetchFailure.AddressNotAllowed => "address-not-allowed",
        FetchFailure.UnknownHost => "unknown-host",
        FetchFailure.Unreachable => "unreachable",
        FetchFailure.HttpStatus => "http-status",
        FetchFailure.TooManyRedirects => "too-many-redirects",
        FetchFailure.TooLarge => "too-large",
        FetchFailure.TimedOut => "timed-out",
        _ => "not-a-picture",
    };
}

/// <summary>Why a URL gave no picture.</summary>
internal enum FetchFailure
{
    InvalidUrl,
    AddressNotAllowed,
    UnknownHost,
    Unreachable,
    HttpStatus,
    TooManyRedirects,
    TooLarge,
    TimedOut,
    NotAPicture,
}
