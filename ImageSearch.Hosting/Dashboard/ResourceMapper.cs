using System.Collections;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using ImageSearch.Hosting.Dashboard.Messages;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using HealthReport = ImageSearch.Hosting.Dashboard.Messages.HealthReport;
using Resource = ImageSearch.Hosting.Dashboard.Messages.Resource;

namespace ImageSearch.Hosting.Dashboard;

/// <summary>A resource's state as the dashboard reads it.</summary>
internal static class ResourceMapper
{
    private const string ParameterType = "Parameter";

    public static Resource Map(ResourceEvent update)
    {
        var snapshot = update.Snapshot;
        var resource = new Resource
        {
            Name = update.ResourceId,
            DisplayName = update.Resource.Name,
            Uid = update.ResourceId,
            ResourceType = snapshot.ResourceType,
            CreatedAt = Time(snapshot.CreationTimeStamp ?? DateTime.UnixEpoch),
            StartedAt = snapshot.StartTimeStamp is { } started ? Time(started) : null,
            StoppedAt = snapshot.StopTimeStamp is { } stopped ? Time(stopped) : null,
            SupportsDetailedTelemetry = snapshot.ResourceType == "Project",
        };
        if (snapshot.State is { } state)
        {
            resource.State = state.Text;
            if (state.Style is not null)
            {
                resource.StateStyle = state.Style;
            }
        }

        var running = snapshot.State?.Text == KnownResourceStates.Running;
        resource.Environment.AddRange(snapshot.EnvironmentVariables.Select(v =>
            new EnvironmentVariable { Name = v.Name, Value = v.Value ?? "", IsFromSpec = v.IsFromSpec }));
        resource.Properties.AddRange(snapshot.Properties.Select(p =>
            new ResourceProperty { Name = p.Name, Value = ToValue(p.Value), IsSensitive = p.IsSensitive }));
        resource.Urls.AddRange(snapshot.Urls.Select(u => new ResourceUrl
        {
            EndpointName = u.Name ?? "",
            FullUrl = u.Url,
            IsInternal = u.IsInternal,
            IsInactive = !running,
            DisplayProperties = new UrlDisplayProperties(),
        }));
        resource.HealthReports.AddRange(snapshot.HealthReports.Select(Map));
        resource.Relationships.AddRange(snapshot.Relationships.Select(r => new ResourceRelationship { ResourceName = r.ResourceName, Type = r.Type }));
        if (snapshot.ResourceType != ParameterType)
        {
            resource.Commands.AddRange(ResourceCommands.For(snapshot));
        }

        return resource;
    }

    private static HealthReport Map(HealthReportSnapshot report)
    {
        var mapped = new HealthReport { Key = report.Name, Description = report.Description ?? "", Exception = report.ExceptionText ?? "" };
        if (report.Status is { } status)
        {
            mapped.Status = status switch
            {
                HealthStatus.Healthy => HealthState.Healthy,
                HealthStatus.Degraded => HealthState.Degraded,
                _ => HealthState.Unhealthy,
            };
        }

        return mapped;
    }

    private static Value ToValue(object? value) => value switch
    {
        null => Value.ForNull(),
        string text => Value.ForString(text),
        IEnumerable list => Value.ForList([.. list.Cast<object?>().Select(ToValue)]),
        _ => Value.ForString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private static Timestamp Time(DateTime time) => Timestamp.FromDateTime(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
