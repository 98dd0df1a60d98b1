// A DataFrame with holes: look at it, fill it in, and write it.
//   1. load a CSV file; an empty cell is null;
//   2. fill in what is missing: a DataFrame is an IDataView, so nothing has to be converted;
//   3. a DataFrame again, with an interval beside each filled cell.
using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);

// 1. The types are found from the cells.
DataFrame table = DataFrame.LoadCsv(Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"));
string[] measurements = [.. table.Columns.Select(column => column.Name).Where(name => name is not ("Id" or "Malignant"))];
Console.WriteLine($"{table.Rows.Count} rows");
foreach (string name in measurements.Where(name => table[name].NullCount > 0))
    Console.WriteLine($"  {name}: {table[name].NullCount} values are missing, mean {table[name].Mean():F3}");

// 2. One model of all measurements; intervals for the column that has holes.
ITransformer model = ml.Transforms.DiffusionImpute(measurements, new() { UncertaintyColumns = true }).Fit(table);

// 3. Without a number of rows ToDataFrame takes the first hundred.
DataFrame filled = model.Transform(table).ToDataFrame(maxRows: -1);
const string Holed = "Bare.nuclei";
Console.WriteLine();
Console.WriteLine($"{filled[Holed].NullCount} values of {Holed} are missing now, mean {filled[Holed].Mean():F3}");
for (long i = 0, shown = 0; i < table.Rows.Count && shown < 5; i++)
{
    if (table[Holed][i] is not null)
        continue;
    Console.WriteLine($"  row {i}: {filled[Holed][i],5:F1}, nine times out of ten between {filled[$"{Holed}.Lower"][i]:F1} and " +
        $"{filled[$"{Holed}.Upper"][i]:F1}");
    shown++;
}

string path = Path.Combine(Path.GetTempPath(), "biopsies-filled.csv");
DataFrame.SaveCsv(filled, path);
Console.WriteLine($"written to {path}");
