// Namespaces that an editor offers to whoever pastes an example.
global using Microsoft.ML;
global using Microsoft.ML.Data;
global using Microsoft.ML.Diffusion;
global using Microsoft.ML.Diffusion.Evaluation;
global using Microsoft.ML.Diffusion.Evaluation.Results;
global using Microsoft.ML.Diffusion.Models.Generation;
global using Microsoft.ML.Diffusion.Models.Methods.MissForest;
global using static Given;
