using Microsoft.ML.Diffusion.Tool.Commands;
using Microsoft.ML.Diffusion.Tool.Terminal;

using var interrupt = new Interrupt();
return DiffusionTool.Run(args, Console.Out, Console.Error, interrupt.Token);
