using ImageSearch.Core;
using ImageSearch.ServiceDefaults;
using ImageSearch.Web;
using ImageSearch.Web.Components;
using ImageSearch.Web.Search;
using ImageSearch.Web.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
builder.AddServiceDefaults(SearchTelemetry.Name);
builder.AddImageSearchBackend(whenAway: HealthStatus.Degraded);
builder.AddWeb();
builder.AddSecurity();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseHostRequirement();
app.UseAuditLog();
app.MapDefaultEndpoints();
app.UseErrorPages();
app.UseCrossSiteProtection();
app.UseAccessControl();
app.UseAntiforgery();
app.MapStaticAssets().AllowAnonymous();
app.MapWebApi();
app.MapSession();
app.MapRazorComponents<App>();
app.Run();
