using Microsoft.Extensions.Options;

namespace ImageSearch.Core.Queue;

internal sealed class WorkQueueOptionsValidator : IValidateOptions<WorkQueueOptions>
{
    public ValidateOptionsResult Validate(string? name, WorkQueueOptions options) => options.MaximumRetryDelay >= options.RetryDelay
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("Queue:MaximumRetryDelay is shorter than Queue:RetryDelay: make it at least as long.");
}
