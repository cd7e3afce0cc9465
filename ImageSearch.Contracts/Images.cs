using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>What is known of a picture besides its bytes.</summary>
/// <param name="Id">Hash of the bytes.</param>
/// <param name="Source">Where it came from, as given: a file name, a URL. Data to show, never a path to open.</param>
/// <param name="ContentType">Media type found in the bytes, not the one that a client claimed.</param>
/// <param name="Width">Pixels as shown, after EXIF orientation.</param>
/// <param name="Height">Pixels as shown, after EXIF orientation.</param>
/// <param name="Bytes">Length of the content.</param>
/// <param name="Tags">Tags, distinct, in ordinal order.</param>
/// <param name="AddedAt">When the store took it in: the store's clock.</param>
public sealed record ImageRecord(
    ImageId Id, string Source, string ContentType, int Width, int Height, long Bytes, IReadOnlyList<string> Tags, DateTimeOffset AddedAt);

/// <summary>One page of the collection.</summary>
public sealed record ImagePage(
    [property: Description("Newest first.")] IReadOnlyList<ImageRecord> Images,
    [property: Description("Cursor of the following page; null at the end.")] string? Next);

/// <summary>A picture's record, and its state in every declared model.</summary>
public sealed record ImageDetails(
    ImageId Id,
    string Source,
    string ContentType,
    int Width,
    int Height,
    long Bytes,
    IReadOnlyList<string> Tags,
    DateTimeOffset AddedAt,
    IReadOnlyList<ModelState> Models);

/// <summary>How far a picture has come in one declared model.</summary>
public sealed record ModelState(
    string Model,
    string Version,
    ImageState State,
    int Attempts,
    [property: Description("Why it failed; absent unless it did."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? Reason,
    [property: Description("What the model calls it; absent when the model has no labels."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Label>? Labels);

/// <summary>What became of a picture in a model. The numbers are stored.</summary>
[JsonConverter(typeof(WordConverter<ImageState>))]
public enum ImageState
{
    /// <summary>A word that this version does not know.</summary>
    Unknown = -1,

    /// <summary>Waiting for the model, or for another attempt.</summary>
    Pending = 0,

    /// <summary>The vector is stored: searchable at the next poll of every replica.</summary>
    Indexed = 1,

    /// <summary>Given up, with a reason; <c>retry</c> puts it back to work.</summary>
    Failed = 2,
}

/// <summary>What a model calls a picture, and how sure it is.</summary>
/// <param name="Name">From the model's labels file.</param>
/// <param name="Probability">0..1.</param>
public sealed record Label(string Name, float Probability);

/// <summary>Body of <c>POST /api/v1/images/delete</c>.</summary>
public sealed record DeleteImagesRequest([property: Description("1 to 1,000 pictures.")] IReadOnlyList<string>? Ids);

/// <summary>Answer of <c>POST /api/v1/images/delete</c>.</summary>
public sealed record DeleteImagesResponse(
    [property: Description("Pictures that are deleted now.")] int Deleted,
    [property: Description("Ids of no picture: never added, or deleted before.")] int Unknown);

/// <summary>Body of <c>POST /api/v1/images/tags</c>.</summary>
public sealed record TagImagesRequest(
    [property: Description("1 to 1,000 pictures.")] IReadOnlyList<string>? Ids,
    [property: Description("Tags to add, at most 32.")] IReadOnlyList<string>? Add,
    [property: Description("Tags to take away, at most 32.")] IReadOnlyList<string>? Remove);

/// <summary>Answer of <c>POST /api/v1/images/tags</c>.</summary>
public sealed record TagImagesResponse(
    [property: Description("Pictures whose tags are others now.")] int Changed,
    [property: Description("Ids of no picture: never added, or deleted before.")] int Unknown);

/// <summary>Answer of a retry.</summary>
public sealed record RetryResponse([property: Description("Extractions (picture × model) that were put back to work.")] int Retried);

/// <summary>Answer of <c>POST /api/v1/images</c> (web) and <c>POST /images</c> (ingest): one entry per file, in their order.</summary>
public sealed record UploadResponse(IReadOnlyList<UploadedImage> Images);

/// <summary>What became of one uploaded file.</summary>
/// <param name="Id">Absent when the file was rejected before it could be hashed.</param>
/// <param name="Reason">Why it was rejected, for a person.</param>
/// <param name="Source">The file's name as the client gave it.</param>
public sealed record UploadedImage(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImageId? Id,
    UploadState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source = null);

/// <summary>What became of an uploaded file.</summary>
[JsonConverter(typeof(WordConverter<UploadState>))]
public enum UploadState
{
    /// <summary>A word that this version does not know.</summary>
    Unknown,

    /// <summary>New: every model will embed it.</summary>
    Accepted,

    /// <summary>The same bytes were there before.</summary>
    Duplicate,

    /// <summary>Not taken, for a reason.</summary>
    Rejected,
}

/// <summary>Something that became of a picture while it was watched.</summary>
public abstract record ImageEvent(ImageId Id);

/// <summary>Data of the event <c>searchable</c>: a picture can be found by a model now.</summary>
public sealed record ImageSearchable(ImageId Id, string Model, string Version) : ImageEvent(Id);

/// <summary>Data of the event <c>failed</c>: a model has given a picture up.</summary>
public sealed record ImageFailed(ImageId Id, string Model, string Reason) : ImageEvent(Id);

/// <summary>Data of the event <c>gone</c>: the picture was deleted, or there never was one.</summary>
public sealed record ImageGone(ImageId Id) : ImageEvent(Id);

/// <summary>Data of the event <c>done</c>: how many of the others there were.</summary>
public sealed record ImagesDone(int Searchable, int Failed, int Gone);
