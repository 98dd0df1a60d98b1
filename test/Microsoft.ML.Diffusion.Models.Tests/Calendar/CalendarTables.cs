using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Simulated tables with dates.</summary>
internal static class CalendarTables
{
    public const int Admitted = 0, Discharged = 1, Season = 2, Cost = 3;

    public const int Sold = 0, Amount = 1;

    private static readonly DateTime s_first = new(2019, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Stays of a few days in three years: the season follows the month of the first day, and the cost the length of the
    /// stay.</summary>
    public static Table Visits(int rows, ulong seed = 1)
    {
        Table table = new(
            [TableColumn.Date("admitted"), TableColumn.Date("discharged"),
                TableColumn.Categorical("season", "winter", "spring", "summer", "autumn"), TableColumn.Numeric("cost")],
            rows);
        var random = new Philox(seed);
        for (int row = 0; row < rows; row++)
        {
            Philox own = random.Fork((ulong)row);
            double admitted = DayOf(s_first) + own.Below(0, 3 * 365), days = 1 + own.Below(1, 9) + own.Below(2, 9);
            (table[row, Admitted], table[row, Discharged]) = (admitted, admitted + days);
            (table[row, Season], table[row, Cost]) = (SeasonOf(admitted), 200 * days + 30 * own.Normal(3));
        }
        return table;
    }

    /// <summary>Sales in two years: the amount follows the day of the week and the time of day.</summary>
    public static Table Sales(int rows, ulong seed = 2)
    {
        Table table = new([TableColumn.Timestamp("sold"), TableColumn.Numeric("amount")], rows);
        var random = new Philox(seed);
        for (int row = 0; row < rows; row++)
        {
            Philox own = random.Fork((ulong)row);
            double day = DayOf(s_first) + own.Below(0, 2 * 365), hour = 8 + own.Below(1, 24) / 2.0;
            table[row, Sold] = day * 86400 + hour * 3600;
            table[row, Amount] = AmountAt(table[row, Sold]) + 2 * own.Normal(2);
        }
        return table;
    }

    /// <summary>What a sale brings on average.</summary>
    public static double AmountAt(double seconds)
    {
        DateTime moment = DateTime.UnixEpoch.AddSeconds(seconds);
        return (moment.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 40 : 10) + (moment.Hour >= 14 ? 20 : 0);
    }

    public static int SeasonOf(double day) => DateTime.UnixEpoch.AddDays(day).Month % 12 / 3;

    public static double DayOf(DateTime date) => (date - DateTime.UnixEpoch).TotalDays;

    /// <summary>A copy in which every so many cells of a column are missing.</summary>
    public static Table WithHoles(Table table, params (int Column, int Every, int Offset)[] holes)
    {
        Table copy = table.Clone();
        foreach ((int column, int every, int offset) in holes)
        {
            for (int row = offset; row < copy.RowCount; row += every)
                copy[row, column] = double.NaN;
        }
        return copy;
    }

    public static byte[] Bytes(TableImputer imputer)
    {
        using var stream = new MemoryStream();
        imputer.Save(new BinaryWriter(stream));
        return stream.ToArray();
    }

    public static TableImputer Reloaded(TableImputer imputer) =>
        ImputationMethods.Load(new BinaryReader(new MemoryStream(Bytes(imputer))));
}
