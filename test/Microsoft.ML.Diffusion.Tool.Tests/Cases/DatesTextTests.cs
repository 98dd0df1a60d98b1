using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class DatesTextTests() : CaseTests(Name)
{
    private const string Name = "dates-text";

    [HandedCaseTheory(Name)]
    [InlineData("isodate.csv", "visit", "yyyy-MM-dd", 86400 / 0.5, 60.0 * 86400)]
    [InlineData("tsz.csv", "at", "yyyy-MM-ddTHH:mm:ss+02:00", 3600 / 0.6, 60.0 * 3600)]
    public void Dates_are_filled_in_their_format_within_their_range_and_go_with_the_amount(
        string file, string column, string format, double secondsOfOne, double most)
    {
        CaseTable before = Read(file);
        (CaseTable after, _) = Impute(file);

        int[] filled = FilledRows(before, after, column);
        Assert.Equal(80, filled.Length);
        foreach (string name in before.Columns)
        {
            Assert.All(Enumerable.Range(0, before.RowCount)
                .Where(row => before[name][row].Length > 0 && (name != column || !filled.Contains(row))).Take(400),
                row => Assert.Equal(before[name][row], after[name][row]));
        }

        string[] observed = [.. before[column].Where(cell => cell.Length > 0).Order(StringComparer.Ordinal)];
        DateTime start = column == "visit" ? new DateTime(2019, 1, 1) : new DateTime(2023, 3, 1);
        (string[] dates, double[] amounts) = (after[column], after.Numbers("amount"));
        double[] errors =
        [
            .. filled.Select(row =>
            {
                Assert.InRange(string.CompareOrdinal(dates[row], observed[0]), 0, int.MaxValue);
                Assert.InRange(string.CompareOrdinal(dates[row], observed[^1]), int.MinValue, 0);
                return Math.Abs((Parse(dates[row], format) - start).TotalSeconds - (amounts[row] * secondsOfOne));
            }).Where(double.IsFinite).Order(),
        ];
        Assert.InRange(errors[errors.Length / 2], 0, most);
    }

    [HandedCaseTheory(Name)]
    [InlineData("isodate.csv", "visit", "yyyy-MM-dd")]
    [InlineData("tsz.csv", "at", "yyyy-MM-ddTHH:mm:ss+02:00")]
    public void Made_rows_have_valid_dates_that_go_with_the_amount(string file, string column, string format)
    {
        (CaseTable made, _) = Synthesize(file, 400);

        double[] days = [.. made[column].Select(cell => (Parse(cell, format) - DateTime.UnixEpoch).TotalDays)];
        Assert.Equal(400, days.Length);
        Assert.InRange(Correlation(days, made.Numbers("amount")), 0.9, 1);
    }

    private static DateTime Parse(string cell, string format) => DateTime.ParseExact(
        cell, format.Replace("+02:00", "'+02:00'", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
