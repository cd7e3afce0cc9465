using System.Text.Json.Serialization;

namespace ImageSearch.Client.Search;

/// <summary>One search's answer, or why it has none: exactly one of the two is set.</summary>
[JsonConverter(typeof(SearchBatchAnswerConverter))]
public sealed record SearchBatchAnswer(SearchResponse? Response, ImageSearchProblem? Error);
