// Fill in missing measurements inside an ML.NET pipeline:
//   1. hide a fifth of each measurement, fill it in, and compare the error with the column mean's;
//   2. train FastTree on rows with holes, save the model, load it, and ask it about one patient with a missing value.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Transforms;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext(seed: 1);
string[] measurements = Biopsy.Measurements;
InputOutputColumnPair[] inPlace = [.. measurements.Select(name => new InputOutputColumnPair(name))];

IDataView rows = ml.Data.LoadFromTextFile<Biopsy>(
    Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv"),
    new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true }); // or an empty cell would be 0
Console.WriteLine($"{Column(rows, "Mitoses").Length} biopsies, {measurements.Sum(name => Column(rows, name).Count(float.IsNaN))} measurements missing");

// 1. How good is it? Hide a fifth of every measurement and compare what comes back with what was there.
Console.WriteLine("a fifth of them is hidden and filled in: about twenty seconds of training on two cores ...");
IDataView holed = ml.Data.Ampute(rows, MissingnessMechanism.McarColumn, rate: 0.2, seed: 1, measurements);
var clock = Stopwatch.StartNew();
IDataView ours = ml.Transforms.DiffusionImpute(measurements).Fit(holed).Transform(holed);
Dictionary<string, float[]> filled = measurements.ToDictionary(name => name, name => Column(ours, name));
TimeSpan took = clock.Elapsed;
IDataView mean = ml.Transforms.ReplaceMissingValues(inPlace, MissingValueReplacingEstimator.ReplacementMode.Mean)
    .Fit(holed).Transform(holed);

Console.WriteLine();
Console.WriteLine($"root mean squared error on hidden cells   {"column mean",12} {"diffusion",12}");
double meanTotal = 0, ourTotal = 0;
foreach (string name in measurements)
{
    float[] truth = Column(rows, name), seen = Column(holed, name);
    double meanError = Error(truth, seen, Column(mean, name)), ourError = Error(truth, seen, filled[name]);
    meanTotal += meanError / measurements.Length;
    ourTotal += ourError / measurements.Length;
    Console.WriteLine($"  {name,-39} {meanError,12:F3} {ourError,12:F3}");
}
Console.WriteLine($"  {"average",-38}  {meanTotal,12:F3} {ourTotal,12:F3}   ({took.TotalSeconds:F1} s to train and fill in)");

// 2. One pipeline from rows with holes to a diagnosis; each fold fits its own imputation.
Console.WriteLine();
Console.WriteLine("a pipeline learns to fill in and to diagnose: about as long ...");
var pipeline = ml.Transforms.DiffusionImpute(measurements)
    .Append(ml.Transforms.Concatenate("Features", measurements))
    .Append(ml.BinaryClassification.Trainers.FastTree(labelColumnName: nameof(Biopsy.Malignant)));
DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(holed, testFraction: 0.25, seed: 1);
ITransformer model = pipeline.Fit(split.TrainSet);
double auc = ml.BinaryClassification.Evaluate(model.Transform(split.TestSet), nameof(Biopsy.Malignant)).AreaUnderRocCurve;
Console.WriteLine($"FastTree on the filled rows: area under the ROC curve on unseen rows {auc:F3}");

string path = Path.Combine(Path.GetTempPath(), "biopsy-model.zip");
ml.Model.Save(model, rows.Schema, path);
ITransformer loaded = new MLContext().Model.Load(path, out _);
using PredictionEngine<Biopsy, Diagnosis> engine = ml.Model.CreatePredictionEngine<Biopsy, Diagnosis>(loaded);
Diagnosis diagnosis = engine.Predict(new Biopsy
{
    ClumpThickness = 8, CellSize = 7, CellShape = 7, MarginalAdhesion = 4, EpithelialCellSize = 5,
    BareNuclei = float.NaN, BlandChromatin = 6, NormalNucleoli = 5, Mitoses = 1,
});
Console.WriteLine($"one patient without a bare-nuclei count (filled in as {diagnosis.BareNuclei:F1}): " +
    $"{(diagnosis.PredictedLabel ? "malignant" : "benign")}, probability of malignant {diagnosis.Probability:F2}");
Console.WriteLine($"model saved to {path}");

float[] Column(IDataView view, string name) => [.. view.GetColumn<float>(name)];

// Only cells that were there and then hidden count.
static double Error(float[] truth, float[] seen, float[] guess)
{
    double sum = 0;
    int count = 0;
    for (int i = 0; i < truth.Length; i++)
        if (float.IsNaN(seen[i]) && !float.IsNaN(truth[i]))
        {
            sum += Math.Pow(truth[i] - guess[i], 2);
            count++;
        }
    return Math.Sqrt(sum / count);
}
