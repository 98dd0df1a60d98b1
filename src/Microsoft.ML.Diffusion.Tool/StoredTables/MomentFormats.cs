using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>How dates and times are written, so that all cells of a column look alike: with as many decimals of a second as one of them
/// needs, and as days alone where all are at midnight.</summary>
internal static class MomentFormats
{
    private const string Day = "yyyy-MM-dd", Seconds = "HH:mm:ss", Time = @"hh\:mm\:ss";

    /// <summary>Goes through the columns of moments once.</summary>
    /// <returns>A format for each column of the table; empty for those of others.</returns>
    public static string[] Find(StoredTable table, CancellationToken cancel)
    {
        // Greatest common parts of a day: a day, a second, a thousandth and so on, in ticks.
        var needs = new long[table.Columns.Count];
        bool[] wanted = [.. table.Columns.Select(column => column.Type.Kind is StoredKind.Timestamp or StoredKind.Time)];
        if (wanted.Contains(true))
        {
            foreach ((int rowCount, StoredValues?[] values) in table.Read(wanted, cancel))
            {
                for (int i = 0; i < wanted.Length; i++)
                {
                    if (values[i] is { } moments)
                        needs[i] = Math.Max(needs[i], NeedOf(moments, rowCount));
                }
            }
        }

        return [.. table.Columns.Select((column, i) => column.Type.Kind switch
        {
            StoredKind.Date => Day,
            StoredKind.Timestamp => needs[i] == 0 ? Day : $"{Day} {Seconds}{(needs[i] == 1 ? "" : "." + Decimals(needs[i]))}",
            StoredKind.Time => needs[i] <= 1 ? Time : $"{Time}\\.{Decimals(needs[i])}",
            _ => string.Empty,
        })];
    }

    // 0 days alone, 1 seconds, 2 thousandths, 3 millionths, 4 ticks of 100 nanoseconds.
    private static int NeedOf(StoredValues moments, int rowCount)
    {
        int need = 0;
        for (int row = 0; row < rowCount && need < 4; row++)
        {
            long ticks = (moments is StoredTimes times ? times[row]?.Ticks : ((StoredValues<DateTime>)moments)[row]?.Ticks) ?? 0;
            need = Math.Max(
                need,
                ticks % TimeSpan.TicksPerDay == 0 ? 0
                : ticks % TimeSpan.TicksPerSecond == 0 ? 1
                : ticks % TimeSpan.TicksPerMillisecond == 0 ? 2
                : ticks % TimeSpan.TicksPerMicrosecond == 0 ? 3
                : 4);
        }

        return need;
    }

    private static string Decimals(long need) => new('f', need == 2 ? 3 : need == 3 ? 6 : 7);
}
