namespace ImageSearch.Web.Search;

/// <summary>What a form may have.</summary>
/// <param name="MaximumFiles">Parts <c>file</c>.</param>
/// <param name="TooMany">The sentence for one that has more.</param>
/// <param name="MaximumBytes">Of one file.</param>
/// <param name="MaximumBytesOfAll">Of all files together.</param>
/// <param name="Fields">Names of other parts.</param>
internal sealed record SearchFormLimits(int MaximumFiles, string TooMany, long MaximumBytes, long MaximumBytesOfAll, IReadOnlyList<string> Fields);
