using ImageSearch.Core;
using ImageSearch.Extractor;
using ImageSearch.Extractor.Api;
using ImageSearch.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ExtractorTelemetry.Name);
builder.AddImageSearchBackend();
builder.AddExtractor();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapEmbedApi();

return await app.RunExtractorAsync();
