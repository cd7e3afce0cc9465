namespace ImageSearch.Ingest.Fetching;

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
