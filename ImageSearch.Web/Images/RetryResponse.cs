using System.ComponentModel;

namespace ImageSearch.Web.Images;

/// <summary>Answer of a retry.</summary>
internal sealed record RetryResponse([property: Description("Extractions (picture × model) that were put back to work.")] int Retried);
