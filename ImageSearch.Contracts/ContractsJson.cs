using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ImageSearch.Contracts;

/// <summary>The public API's types as JSON, without reflection at run time: a command line starts faster with it.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ImageSearchProblem))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(UploadResponse))]
[JsonSerializable(typeof(ImagePage))]
[JsonSerializable(typeof(ImageDetails))]
[JsonSerializable(typeof(DeleteImagesRequest))]
[JsonSerializable(typeof(DeleteImagesResponse))]
[JsonSerializable(typeof(TagImagesRequest))]
[JsonSerializable(typeof(TagImagesResponse))]
[JsonSerializable(typeof(RetryResponse))]
[JsonSerializable(typeof(ImageSearchable))]
[JsonSerializable(typeof(ImageFailed))]
[JsonSerializable(typeof(ImageGone))]
[JsonSerializable(typeof(ImagesDone))]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(ImportStarted))]
[JsonSerializable(typeof(ImportStatus))]
[JsonSerializable(typeof(ImportList))]
[JsonSerializable(typeof(FailureList))]
[JsonSerializable(typeof(FailuresRequest))]
[JsonSerializable(typeof(DiscardResponse))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(KeyCreated))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(SystemReport))]
public sealed partial class ContractsJson : JsonSerializerContext;
