using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ImageSearch.Client.Failures;
using ImageSearch.Client.Images;
using ImageSearch.Client.Imports;
using ImageSearch.Client.Keys;
using ImageSearch.Client.Models;
using ImageSearch.Client.Search;
using ImageSearch.Client.Status;

namespace ImageSearch.Client;

/// <summary>The API's types as JSON, without reflection at run time: a command line starts faster with it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ImageSearchProblem))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(SearchBatch))]
[JsonSerializable(typeof(UploadResponse))]
[JsonSerializable(typeof(ImagePage))]
[JsonSerializable(typeof(ImageDetails))]
[JsonSerializable(typeof(IdsRequest))]
[JsonSerializable(typeof(TagsRequest))]
[JsonSerializable(typeof(DeleteResponse))]
[JsonSerializable(typeof(TagResponse))]
[JsonSerializable(typeof(RetryResponse))]
[JsonSerializable(typeof(ImageSearchable))]
[JsonSerializable(typeof(ImageFailed))]
[JsonSerializable(typeof(ImageGone))]
[JsonSerializable(typeof(ImportRequest))]
[JsonSerializable(typeof(ImportStarted))]
[JsonSerializable(typeof(ImportStatus))]
[JsonSerializable(typeof(ImportList))]
[JsonSerializable(typeof(FailurePage))]
[JsonSerializable(typeof(FailureSelection))]
[JsonSerializable(typeof(DiscardResponse))]
[JsonSerializable(typeof(ApiKeyList))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(CreatedApiKey))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(SystemStatus))]
internal sealed partial class ClientJson : JsonSerializerContext;
