namespace Microsoft.ML.Trainers;

// A loss that an Sdca regression may be told to minimise. There is none here: null stands for the squared error.
public interface ISupportSdcaRegressionLoss
{
}
