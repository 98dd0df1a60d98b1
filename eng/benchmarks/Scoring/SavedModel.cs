using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;

/// <summary>How fast a saved model fills rows of the Census income table with three missing cells, one at a time.</summary>
internal static class SavedModel
{
    private const int Holes = 3, RowsARound = 2000, Rounds = 15;

    /// <summary>Prints the median and the least of some rounds.</summary>
    /// <param name="model">What mldiffusion train wrote.</param>
    /// <param name="table">The table: CSV with a header.</param>
    public static void Measure(string model, string table)
    {
        var ml = new MLContext(seed: 1);
        ITransformer loaded = ml.Model.Load(model, out _);
        string[][] cells = [.. File.ReadLines(table).Skip(1).Take(RowsARound).Select(line => line.Split(','))];
        var random = new Random(1);
        IncomeRow[] rows = [.. cells.Select(row => IncomeRow.Of(row, random, Holes))];
        using PredictionEngine<IncomeRow, IncomeRow> engine = ml.Model.CreatePredictionEngine<IncomeRow, IncomeRow>(loaded);
        var answer = new IncomeRow();
        double[] times = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            foreach (IncomeRow row in rows)
                engine.Predict(row, ref answer);
            times[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / rows.Length;
        }

        // The first rounds compile.
        double[] warm = [.. times.Skip(Rounds / 3).Order()];
        IEnumerable<string> members = Members(loaded)
            .Select(member => $"{member.Name} {member.NumberWeight:P0}/{member.CategoryWeight:P0}");
        double median = warm[warm.Length / 2], size = new FileInfo(model).Length / 1e6;
        Console.WriteLine(
            $"one row with {Holes} holes: least {warm[0]:F1}, median {median:F1} microseconds; model {size:F2} MB; " +
            string.Join(", ", members));
    }

    private static IEnumerable<Microsoft.ML.Diffusion.Models.Imputation.BlendMember> Members(ITransformer model) => model switch
    {
        DiffusionImputeTransformer own => own.Model.Members,
        IEnumerable<ITransformer> chain => chain.SelectMany(Members),
        _ => [],
    };

    /// <summary>A row of the table.</summary>
    internal sealed class IncomeRow
    {
        private static readonly PropertyInfo[] s_properties = typeof(IncomeRow).GetProperties();

        [ColumnName("age")] public double Age { get; set; }
        [ColumnName("workclass")] public string Work { get; set; } = "";
        [ColumnName("fnlwgt")] public double Weight { get; set; }
        [ColumnName("education")] public string Education { get; set; } = "";
        [ColumnName("education-num")] public double Years { get; set; }
        [ColumnName("marital-status")] public string Marital { get; set; } = "";
        [ColumnName("occupation")] public string Occupation { get; set; } = "";
        [ColumnName("relationship")] public string Relationship { get; set; } = "";
        [ColumnName("race")] public string Race { get; set; } = "";
        [ColumnName("sex")] public string Sex { get; set; } = "";
        [ColumnName("capital-gain")] public double Gain { get; set; }
        [ColumnName("capital-loss")] public double Loss { get; set; }
        [ColumnName("hours-per-week")] public double Hours { get; set; }
        [ColumnName("native-country")] public string Country { get; set; } = "";
        [ColumnName("income")] public string Income { get; set; } = "";

        /// <summary>A row of which some cells, chosen at random, are missing.</summary>
        public static IncomeRow Of(string[] cells, Random random, int holes)
        {
            var row = new IncomeRow();
            int[] order = [.. Enumerable.Range(0, cells.Length)];
            random.Shuffle(order);
            for (int i = 0; i < cells.Length; i++)
            {
                string cell = order.AsSpan(0, holes).Contains(i) ? "" : cells[i].Trim();
                if (s_properties[i].PropertyType == typeof(double))
                    s_properties[i].SetValue(row, cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture));
                else
                    s_properties[i].SetValue(row, cell);
            }

            return row;
        }
    }
}
