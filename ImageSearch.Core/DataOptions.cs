using System.ComponentModel.DataAnnotations;

namespace ImageSearch.Core;

/// <summary>Where the embedded backend keeps its data. Configuration section <c>Data</c>.</summary>
public sealed class DataOptions
{
    public const string Section = "Data";

    /// <summary>Absolute directory; the SQLite file <c>imagesearch.db</c> and the folder <c>blobs</c> lie in it.</summary>
    [Required(ErrorMessage = "Data:Directory is not set: give the directory that records and blobs are kept in.")]
    public string Directory { get; set; } = "";
}
