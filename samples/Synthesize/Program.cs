// New biopsies like the real ones: learn two thirds of the table, make as many rows, and ask
//   1. how far every column's distribution is off, and what a FastTree learns from the new rows alone, beside SMOTE and the real rows themselves;
//   2. for rows that satisfy conditions, from a model that was saved and loaded.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Models.Methods.Smote;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string label = nameof(Biopsy.Malignant);
var ml = new MLContext(seed: 1);
IDataView rows = ml.Data.LoadFromTextFile<Biopsy>(
    Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"),
    new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });
DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(rows, testFraction: 0.33, seed: 1);
int count = split.TrainSet.GetColumn<bool>(label).Count();

// 1. How good are they? Held-out real rows say how far two samples of the same patients are apart.
DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize(label).Fit(split.TrainSet);
DiffusionSynthesizeTransformer smote = ml.Transforms.DiffusionSynthesize(label, new() { Method = new SmoteOptions() }).Fit(split.TrainSet);
Console.WriteLine($"{count} rows each                    {"mean column error",18} {"exact copies",13} {"AUC of FastTree",16}");
Report("real training rows", split.TrainSet);
Report("diffusion", model.Generate(count));
Report("SMOTE", smote.Generate(count));
Console.WriteLine($"  {"held-out real rows",-25} {Error(split.TestSet),18:P1} {Copies(split.TestSet),13:P1}");

// 2. Conditions are met by every row; the other columns are made to fit.
string path = Path.Combine(Path.GetTempPath(), "biopsies-model.zip");
ml.Model.Save(model, rows.Schema, path);
ITransformer loaded = new MLContext().Model.Load(path, out _);
var generator = (loaded as DiffusionSynthesizeTransformer) ?? (DiffusionSynthesizeTransformer)((IEnumerable<ITransformer>)loaded).Single();
IDataView asked = generator.Generate(10_000_000, new RowConditions().Where(nameof(Biopsy.ClumpThickness), 3, 5).Where(label, true));
Console.WriteLine();
Console.WriteLine($"the first of {asked.GetRowCount()} malignant biopsies with a clump thickness of 3 to 5, made as they are read:");
foreach (Biopsy biopsy in ml.Data.CreateEnumerable<Biopsy>(asked, reuseRowObject: false).Take(3))
    Console.WriteLine($"  thickness {biopsy.ClumpThickness}, cell size {biopsy.CellSize}, " +
        $"bare nuclei {biopsy.BareNuclei}, mitoses {biopsy.Mitoses}, malignant {biopsy.Malignant}");
Console.WriteLine($"model saved to {path}");

void Report(string name, IDataView made) => Console.WriteLine($"  {name,-25} {Error(made),18:P1} {Copies(made),13:P1} {Auc(made),16:F3}");

double Auc(IDataView training) => ml.BinaryClassification.Evaluate(
    ml.Transforms.Concatenate("Features", Biopsy.Measurements)
        .Append(ml.BinaryClassification.Trainers.FastTree(labelColumnName: label))
        .Fit(training)
        .Transform(split.TestSet),
    label).AreaUnderRocCurve;

// The largest difference between the cumulative distributions (Kolmogorov and Smirnov), averaged over the columns.
double Error(IDataView made) => Biopsy.Measurements.Average(column =>
{
    float[] a = Values(split.TrainSet, column), b = Values(made, column);
    return a.Concat(b).Distinct().Max(value => Math.Abs(Share(a, value) - Share(b, value)));
});

double Copies(IDataView made)
{
    HashSet<string> real = [.. Lines(split.TrainSet)];
    return Lines(made).Average(line => real.Contains(line) ? 1.0 : 0);
}

IEnumerable<string> Lines(IDataView view) => ml.Data.CreateEnumerable<Biopsy>(view, reuseRowObject: false).Select(biopsy =>
    $"{biopsy.ClumpThickness} {biopsy.CellSize} {biopsy.CellShape} {biopsy.MarginalAdhesion} {biopsy.EpithelialCellSize} " +
    $"{biopsy.BareNuclei} {biopsy.BlandChromatin} {biopsy.NormalNucleoli} {biopsy.Mitoses} {biopsy.Malignant}");

static float[] Values(IDataView view, string column) => [.. view.GetColumn<float>(column).Where(value => !float.IsNaN(value))];

static double Share(float[] values, float limit) => values.Count(value => value <= limit) / (double)values.Length;
