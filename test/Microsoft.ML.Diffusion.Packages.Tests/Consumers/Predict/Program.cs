// Predict MODEL.zip: load a model that another program saved, and print what it says of one patient.
using System.Globalization;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var ml = new MLContext();
Console.WriteLine(Patient.Describe(ml, ml.Model.Load(args[0], out _)));
