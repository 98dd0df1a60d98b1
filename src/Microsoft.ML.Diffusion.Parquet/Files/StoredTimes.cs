using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>Times of day. A file counts them in a unit since midnight.</summary>
/// <param name="unit"><c>Millis</c>, <c>Micros</c> or <c>Nanos</c>.</param>
internal sealed class StoredTimes(string unit) : StoredValues
{
    // A file has milliseconds in 32 bits, the rest in 64.
    private readonly StoredValues<int> _small = new();
    private readonly StoredValues<long> _large = new();

    private bool IsSmall => unit == nameof(TimeUnitPrecision.Millis);

    private long TicksPerUnit => IsSmall ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerMicrosecond;

    /// <summary>A time since midnight, in steps of 100 nanoseconds; null where it is missing.</summary>
    public TimeSpan? this[int row] => IsSmall
        ? (_small[row] is { } milliseconds ? new TimeSpan(milliseconds * TicksPerUnit) : null)
        : _large[row] is not { } count ? null
        : unit == nameof(TimeUnitPrecision.Nanos) ? new TimeSpan(count / TimeSpan.NanosecondsPerTick)
        : new TimeSpan(count * TicksPerUnit);

    /// <summary>Adds a time.</summary>
    public void Add(TimeSpan? time)
    {
        long? count = unit == nameof(TimeUnitPrecision.Nanos) ? time?.Ticks * TimeSpan.NanosecondsPerTick : time?.Ticks / TicksPerUnit;
        if (IsSmall)
            _small.Add(checked((int?)count));
        else
            _large.Add(count);
        Count++;
    }

    /// <inheritdoc />
    public override bool IsMissing(int row) => Values.IsMissing(row);

    /// <inheritdoc />
    public override void AddMissing() => Add(null);

    /// <inheritdoc />
    public override void Clear()
    {
        Values.Clear();
        Count = 0;
    }

    /// <inheritdoc />
    public override async Task ReadAsync(ParquetRowGroupReader reader, DataField field, CancellationToken cancel)
    {
        await Values.ReadAsync(reader, field, cancel).ConfigureAwait(false);
        Count = Values.Count;
    }

    /// <inheritdoc />
    public override Task WriteAsync(ParquetRowGroupWriter writer, DataField field, CancellationToken cancel) =>
        Values.WriteAsync(writer, field, cancel);

    private StoredValues Values => IsSmall ? _small : _large;
}
