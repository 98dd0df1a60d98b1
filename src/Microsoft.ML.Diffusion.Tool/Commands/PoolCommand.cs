using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion pool</c>: one estimate of those that an analysis gave on every draw, by Rubin's rules.</summary>
internal sealed class PoolCommand
{
    // As R's broom and R's summaries name them, and as people do.
    private static readonly string[] s_termNames = ["term", "name", "coefficient"];
    private static readonly string[] s_estimateNames = ["estimate"];
    private static readonly string[] s_errorNames = ["std.error", "std. error", "standard error", "stderr", "se"];

    private readonly Argument<string> _input = new("ESTIMATES.csv")
    {
        Description = "Table with columns term, estimate and std.error: a row for each term and each draw.",
    };

    private readonly Option<double?> _degrees = TypedOption.Number("--df", "N", 0.01, 1e9, "a number above 0",
        "Degrees of freedom of the analysis without missing values, such as rows less coefficients; without it those of many rows.");

    private readonly Option<double?> _confidence = TypedOption.Number("--confidence", "P", 0.01, 0.9999, "a number from 0.01 to 0.9999",
        "The share of intervals that are to hold the truth; 0.95 is the default.");

    private PoolCommand()
    {
    }

    /// <param name="output">Standard output: the pooled estimates.</param>
    public static Command Create(TextWriter output)
    {
        var pool = new PoolCommand();
        var command = new ToolCommand(
            "pool", "Pool the estimates that an analysis gives on several draws, by Rubin's rules.",
            ("mldiffusion pool estimates.csv", "A row for each term, with its 95 % interval."),
            ("mldiffusion pool estimates.csv --df 240 --confidence 0.9", "Intervals of a small analysis, and narrower."))
        {
            pool._input, pool._degrees, pool._confidence,
        };
        command.SetAction(parsed =>
        {
            output.Write(Pooled(
                CsvDocument.Read(parsed.GetRequiredValue(pool._input)),
                parsed.GetValue(pool._degrees) ?? double.PositiveInfinity,
                parsed.GetValue(pool._confidence) ?? 0.95));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A table of the pooled estimates, in the order in which the terms come.</summary>
    private static string Pooled(CsvDocument table, double degrees, double confidence)
    {
        int term = Find(table, s_termNames), estimate = Find(table, s_estimateNames), error = Find(table, s_errorNames);
        var text = new StringBuilder("term,estimate,std.error,lower,upper,df,missing.information,draws\n");
        IEnumerable<int> all = Enumerable.Range(0, table.RowCount);
        foreach (IGrouping<string, int> rows in all.GroupBy(row => table.Text(row, term), StringComparer.Ordinal))
        {
            double[] estimates = [.. rows.Select(row => Number(table, row, estimate))];
            double[] errors = [.. rows.Select(row => Number(table, row, error))];
            int negative = Array.FindIndex(errors, value => value < 0);
            if (negative >= 0)
                throw new InputException($"{table.Locate(rows.ElementAt(negative), error)}: a standard error of 0 or more was expected.");
            if (estimates.Length < 2)
                throw new InputException($"{table.Path} has one estimate of '{rows.Key}'; those of two draws or more were expected.");
            PooledEstimate pooled = Rubin.Pool(estimates, errors, degrees, confidence);
            double[] figures =
            [
                pooled.Estimate, pooled.StandardError, pooled.Lower, pooled.Upper, pooled.DegreesOfFreedom, pooled.MissingInformation,
            ];
            IEnumerable<string> cells = figures.Select(figure =>
                double.IsPositiveInfinity(figure) ? "Inf" : figure.ToString("G6", CultureInfo.InvariantCulture));
            string name = Encoding.UTF8.GetString(CsvCell.Encode(rows.Key, ','));
            text.Append(CultureInfo.InvariantCulture, $"{name},{string.Join(',', cells)},{estimates.Length}\n");
        }

        return text.ToString();
    }

    private static int Find(CsvDocument table, string[] names)
    {
        for (int column = 0; column < table.ColumnCount; column++)
        {
            if (names.Contains(table.ColumnNames[column], StringComparer.OrdinalIgnoreCase))
                return column;
        }

        throw new InputException($"{table.Path} has no column '{names[0]}'; columns term, estimate and std.error were expected.");
    }

    private static double Number(CsvDocument table, int row, int column)
    {
        bool isNumber = double.TryParse(table.Text(row, column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        return isNumber && double.IsFinite(number) ? number
            : throw new InputException($"{table.Locate(row, column)}: '{table.Text(row, column)}' is no number; one was expected.");
    }
}
