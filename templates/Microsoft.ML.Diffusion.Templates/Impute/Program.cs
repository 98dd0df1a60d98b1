using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
Console.WriteLine("Training takes some seconds. ml.Log tells how far it has come.");

// Without MissingRealsAsNaNs an empty cell would be 0.
IDataView rows = ml.Data.LoadFromTextFile<Patient>(
    Path.Combine(AppContext.BaseDirectory, "patients.csv"),
    new TextLoader.Options { Separators = [','], HasHeader = true, MissingRealsAsNaNs = true });
DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(rows, testFraction: 0.25, seed: 1);

// One model of all columns fills in what is missing, in new rows too; the classifier learns from the filled rows.
var pipeline = ml.Transforms.DiffusionImpute("Age", "Lactate", "Ward")
    .Append(ml.Transforms.Categorical.OneHotEncoding("Ward"))
    .Append(ml.Transforms.Concatenate("Features", "Age", "Lactate", "Ward"))
    .Append(ml.BinaryClassification.Trainers.FastTree());
ITransformer model = pipeline.Fit(split.TrainSet);
double area = ml.BinaryClassification.Evaluate(model.Transform(split.TestSet)).AreaUnderRocCurve;
Console.WriteLine($"area under the ROC curve on rows that nothing was learnt from: {area:F3}");

// The whole pipeline is one file, which ml.Model.Load loads in any program that has the packages.
ml.Model.Save(model, rows.Schema, "model.zip");
PredictionEngine<Patient, Prediction> engine = ml.Model.CreatePredictionEngine<Patient, Prediction>(model);
Prediction prediction = engine.Predict(new Patient { Age = 71, Lactate = float.NaN, Ward = "ICU" });
Console.WriteLine($"a patient of 71 in the ICU: lactate filled in as {prediction.Lactate:F1}, probability {prediction.Probability:F2}");
